"""The resources of the small town of the tests."""

from datetime import date

from domain.policy.resources import Resource, ResourceKind, ResourceLedger, ResourceUse

CAR = Resource("car-1", "执法车01", "car", "squad", ResourceUse.VEHICLE)
VAN = Resource("car-2", "执法车02", "car", "squad", ResourceUse.VEHICLE)
BOAT = Resource("boat-1", "巡查艇", "boat", "water", ResourceUse.VEHICLE)
RECORDER = Resource("recorder-1", "执法记录仪01", "recorder", "squad", ResourceUse.RECORDER)
BROKEN = Resource(
    "car-3", "执法车03", "car", "squad", ResourceUse.VEHICLE, out_until=date(2026, 7, 10)
)
GONE = Resource("car-4", "执法车04", "car", "squad", ResourceUse.VEHICLE, retired=date(2026, 6, 1))
LEDGER = ResourceLedger(
    (
        ResourceKind("car", "执法汽车", "Enforcement car", ResourceUse.VEHICLE),
        ResourceKind("boat", "巡查艇", "Patrol boat", ResourceUse.VEHICLE),
        ResourceKind("recorder", "执法记录仪", "Body-worn recorder", ResourceUse.RECORDER),
    ),
    (CAR, VAN, BOAT, RECORDER, BROKEN, GONE),
)
