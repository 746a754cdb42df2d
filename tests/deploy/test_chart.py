"""The chart: rendered for six productions it is valid, the same twice, and refuses mistakes."""

import copy
import os
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from runtime.processes import PROCESSES, variable
from tests.limits import COMMAND_S
from tools.deploy.__main__ import FOLDER
from tools.deploy.chart import NEEDED
from tools.pages.commands import commands
from tools.pages.source import ROOT

CHART = FOLDER / "helm" / "sanban"
CASES = sorted((CHART / "ci").glob("*.yaml"))
HELM = ROOT / ".cache" / "helm" / "bin" / "helm"
KUBERNETES = "1.33"
Values = dict[str, Any]

needs_helm = pytest.mark.skipif(
    not HELM.exists() and not os.environ.get("CI"), reason="optional: `make helm` builds it"
)
pytestmark = needs_helm


def helm(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(HELM), *words], check=False, capture_output=True, text=True, timeout=COMMAND_S
    )


def template(values: Path) -> subprocess.CompletedProcess[str]:
    version = f"--kube-version={KUBERNETES}.0"
    return helm("template", "town", str(CHART), version, "--values", str(values))


def objects(values: Path) -> list[Values]:
    told = template(values)
    assert told.returncode == 0, told.stderr
    return [each for each in yaml.safe_load_all(told.stdout) if each]


def rendered(tmp_path: Path, values: Values) -> list[Values]:
    path = tmp_path / "values.yaml"
    path.write_text(yaml.safe_dump(values))
    return objects(path)


def of_kind(found: list[Values], kind: str) -> dict[str, Values]:
    return {each["metadata"]["name"]: each for each in found if each["kind"] == kind}


@pytest.fixture
def town() -> Values:
    values: Values = yaml.safe_load((CHART / "ci" / "town.yaml").read_text())
    return values


def test_there_are_six_productions() -> None:
    assert len(CASES) >= 6


@pytest.mark.parametrize("values", CASES, ids=lambda path: path.stem)
def test_a_rendered_production_is_valid_and_the_same_twice(values: Path) -> None:
    lint = helm("lint", "--strict", f"--kube-version={KUBERNETES}.0", str(CHART), "-f", str(values))
    first, again = template(values), template(values)

    assert lint.returncode == 0, lint.stdout
    assert first.stdout == again.stdout
    for each in objects(values):
        kubernetes_validate.validate(each, KUBERNETES, strict=True)


def test_an_object_that_is_wrong_is_noticed() -> None:
    [values, *_] = CASES
    deployment = copy.deepcopy(next(iter(of_kind(objects(values), "Deployment").values())))
    deployment["spec"]["replicas"] = "two"

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, KUBERNETES, strict=True)


def test_every_process_has_a_deployment_that_starts_its_command(
    town: Values, tmp_path: Path
) -> None:
    found = of_kind(rendered(tmp_path, town), "Deployment")
    known = {name for name, _ in commands()} | {"sanban intake", "sanban console"}

    assert set(found) == {f"town-{process.name}" for process in PROCESSES}
    for process in PROCESSES:
        [container] = found[f"town-{process.name}"]["spec"]["template"]["spec"]["containers"]
        given = {each["name"] for each in container["env"]} | set(town["settings"])
        needed = {variable(name) for name in process.required}
        assert f"sanban {' '.join(container['args'])}" in known
        assert needed - given == set(), process.name


def test_a_canary_flies_where_it_is_asked_to(town: Values, tmp_path: Path) -> None:
    town["settings"]["SANBAN_CANARY"] = True
    found = rendered(tmp_path, town | {"processes": {"canary": {"enabled": True}}})
    [container] = of_kind(found, "Deployment")["town-canary"]["spec"]["template"]["spec"][
        "containers"
    ]

    assert container["args"] == ["canary", "run"]
    assert "town-canary" not in of_kind(found, "PodDisruptionBudget")
    assert of_kind(found, "ConfigMap")["town-settings"]["data"]["SANBAN_CANARY"] == "true"


def test_a_pod_has_no_rights_and_writes_nothing_but_its_volumes(
    town: Values, tmp_path: Path
) -> None:
    found = rendered(tmp_path, town)
    pods = [
        each["spec"]["template"]["spec"] for each in found if each["kind"] in {"Deployment", "Job"}
    ]

    assert len(pods) == len(PROCESSES) + 2
    for pod in pods:
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == 65532
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] is True
            assert context["allowPrivilegeEscalation"] is False
            assert context["capabilities"] == {"drop": ["ALL"]}
        assert "initContainers" not in pod


def test_a_key_reaches_only_those_that_need_it(town: Values, tmp_path: Path) -> None:
    found = of_kind(rendered(tmp_path, town), "Deployment")
    read = {
        name: {
            item["path"]
            for volume in each["spec"]["template"]["spec"]["volumes"]
            for item in volume.get("secret", {}).get("items", [])
        }
        for name, each in found.items()
    }

    assert read == {
        "town-worker": set(),
        "town-relay": set(),
        "town-intake": {"sealing.key"},
        "town-gateway": {"sealing.key", "gateway-clients.yaml"},
        "town-console": {"sealing.key"},
        "town-notify": {"contacts.yaml"},
        "town-checkpoints": {"checkpoints.key"},
    }


def test_the_chart_makes_no_secret(town: Values, tmp_path: Path) -> None:
    assert of_kind(rendered(tmp_path, town), "Secret") == {}


def test_the_schema_is_migrated_by_a_hook_and_the_upgrade_checked_before_it(
    town: Values, tmp_path: Path
) -> None:
    found = of_kind(rendered(tmp_path, town), "Job")
    migrate = found["town-migrate"]["metadata"]["annotations"]
    check = found["town-upgrade-check"]["metadata"]["annotations"]

    assert migrate["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert "before-hook-creation" in migrate["helm.sh/hook-delete-policy"]
    assert check["helm.sh/hook"] == "pre-upgrade"
    assert int(check["helm.sh/hook-weight"]) < int(migrate["helm.sh/hook-weight"])


CHANGES: dict[str, Values] = {
    "a setting": {"settings": {"SANBAN_PARKED_HOURS": 48}},
    "another secret": {"existingSecrets": {"environment": "another"}},
    "another content of a secret": {"existingSecrets": {"revision": "2"}},
    "another volume of photos": {"media": {"existingClaim": "another"}},
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_pod_has_read_changes_its_template(name: str, town: Values, tmp_path: Path) -> None:
    before = of_kind(rendered(tmp_path, town), "Deployment")
    for part, change in CHANGES[name].items():
        town[part] = town.get(part, {}) | change
    after = of_kind(rendered(tmp_path, town), "Deployment")

    for each, deployment in before.items():
        assert deployment["spec"]["template"] != after[each]["spec"]["template"], each


MISSING = (
    ("image", "repository"),
    ("existingSecrets", "environment"),
    ("existingSecrets", "owner"),
    ("existingSecrets", "files"),
    ("checkpoints", "existingClaim"),
    *(("settings", name) for name in NEEDED),
)


@pytest.mark.parametrize("path", MISSING, ids="/".join)
def test_a_value_that_is_missing_is_refused_before_anything_runs(
    path: tuple[str, str], town: Values, tmp_path: Path
) -> None:
    del town[path[0]][path[1]]
    (tmp_path / "values.yaml").write_text(yaml.safe_dump(town))
    told = template(tmp_path / "values.yaml")

    assert told.returncode != 0
    assert path[1] in told.stderr


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("settings", "SANBAN_PARKED_HUORS", 48),
        ("settings", "SANBAN_DATABASE_URL", "postgresql://sanban_app:secret@host/sanban"),
        ("settings", "SANBAN_HTTP_PORT", 80),
        ("image", "digest", "latest"),
        ("migrate", "enabled", "no"),
        ("processes", "printer", {"enabled": True, "replicas": 1}),
    ],
)
def test_a_value_that_is_wrong_is_refused(
    part: str, name: str, value: object, town: Values, tmp_path: Path
) -> None:
    """Misspelt, a secret where anyone reads it, what the chart gives itself, or of another type."""
    town.setdefault(part, {})[name] = value
    (tmp_path / "values.yaml").write_text(yaml.safe_dump(town))
    told = template(tmp_path / "values.yaml")

    assert told.returncode != 0
    assert "values don't meet the specifications of the schema" in told.stderr


@pytest.mark.parametrize(
    ("form", "spec"),
    [
        ({"maxUnavailable": 1}, {"maxUnavailable": 1}),
        ({"maxUnavailable": "50%"}, {"maxUnavailable": "50%"}),
        ({"minAvailable": 1}, {"minAvailable": 1}),
    ],
)
def test_each_form_of_a_disruption_budget_is_rendered_alone(
    form: Values, spec: Values, town: Values, tmp_path: Path
) -> None:
    found = of_kind(
        rendered(tmp_path, town | {"podDisruptionBudget": {"enabled": True} | form}),
        "PodDisruptionBudget",
    )

    assert len(found) == len(PROCESSES)
    for each in found.values():
        assert {name: each["spec"][name] for name in each["spec"] if name != "selector"} == spec
