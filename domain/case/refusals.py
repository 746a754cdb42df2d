"""Why a command is refused: stable codes."""

from enum import StrEnum


class Refusal(StrEnum):
    """Why a command was refused: stable codes, shown to callers and counted."""

    WRONG_STAGE = "wrong_stage"  # the command is not for the stage the case is in
    WRONG_ROLE = "wrong_role"  # the command is not for the role it was given in
    NOT_THE_HOLDER = "not_the_holder"  # only the unit that holds the case may give the command
    SAME_PERSON = "same_person"  # one who handled the case, or is of that unit, may not verify it
    SUSPENDED = "suspended"  # the case is suspended: resume it first; or it was suspended before
    MISSING_EVIDENCE = "missing_evidence"  # too few files that count: each proves one act
    RETURN_EXHAUSTED = "return_exhausted"  # returned once already: the next return needs a ruling
    RETURN_TOO_LATE = "return_too_late"  # signed for longer ago than the window, or handled before
    DESIGNATED = "designated"  # the unit was designated, and cannot return the case
    UNKNOWN_UNIT = "unknown_unit"  # the policy has no such unit
    UNKNOWN_CATEGORY = "unknown_category"  # the responsibility list has no such category
    TIER_NOT_HIGHER = "tier_not_higher"  # the case is in that tier, or in a higher one, already
    TIER_LOWERED = "tier_lowered"  # only the leading group's office lowers a tier
    NOT_AT_THE_DESK = "not_at_the_desk"  # no question, or not one by its text; or a unit has had it
    REASON_NEEDED = "reason_needed"  # say why in words, as to verify or to lower urgency or tier
    NO_SUCH_RESULT = "no_such_result"  # the result is none that the standard of the case lists
    BAD_DATE = "bad_date"  # a moment without time zone, in the past, or too far ahead
    ALREADY_OPEN = "already_open"  # the case has begun: it cannot begin twice
    NOT_YOUR_PART = "not_your_part"  # only a unit that was asked may answer
    NO_SUCH_PART = "no_such_part"  # the case has no part of that name, or it has ended
    WRONG_STEP = "wrong_step"  # the part is not at the point for this step
    WRONG_TIER = "wrong_tier"  # the command is for cases of another tier
    LIMIT_REACHED = "limit_reached"  # the policy allows no more of these in a case
    ALREADY_ASKED = "already_asked"  # the same request is waiting for its answer
    TOO_LATE = "too_late"  # the deadline has passed, or the window is over
    TOO_MUCH = "too_much"  # more than the policy allows
    NOT_PROVIDED = "not_provided"  # the policy has no rule for it in this tier and urgency
    PARTS_OPEN = "parts_open"  # parts of the case must end, or be waived, first
    NO_QUORUM = "no_quorum"  # a unit is missing; the leading group decides
    TWO_OFFICERS = "two_officers"  # at least two regular officers are needed
    ASSISTS_ONLY = "assists_only"  # the unit helps, but does not lead a case of this tier
    OTHER_CASE = "other_case"  # the other case is not there, not open, or goes another way itself
    OUTSIDE_OUR_POWER = "outside_our_power"  # only the superior that issued the case may decide it
    UNKNOWN_CAMPAIGN = "unknown_campaign"  # no such campaign, or it counts other categories
    UNKNOWN_POLICY = "unknown_policy"  # no policy of that hash was published
    MISSING_PLAN = "missing_plan"  # a suspension without a plan of what is done meanwhile
    NO_POWER = "no_power"  # units of this kind may not do it, or not in this matter (powers.yaml)
    ALREADY_SAID = "already_said"  # the citizen has said himself how content he is with the result
    NOT_READABLE = "not_readable"  # said of a case that the person may not read
    UNKNOWN_GRID = "unknown_grid"  # the policy has no such grid, or has split or merged it
    NOT_OF_THE_UNIT = "not_of_the_unit"  # a person who is named is of a unit that is not meant
    NOT_A_CANDIDATE = "not_a_candidate"  # the responsibility list has others to choose from
    UNKNOWN_PART_NUMBER = "unknown_part_number"  # the inventory of city parts has no such number
    WRONG_LINK = "wrong_link"  # no one-time link of the task is open, or it has another token
    UNKNOWN_RESOURCE = "unknown_resource"  # the ledger has no such resource, or it is no recorder
    NOT_YOUR_RESOURCE = "not_your_resource"  # its unit reserves and releases it, or the office
    NOT_IN_SERVICE = "not_in_service"  # the resource is in repair, or retired
    RESOURCE_TAKEN = "resource_taken"  # it is reserved in the same span already
    ERASED = "erased"  # the personal data of the case are erased, so it is not handled again
    NOT_RESERVED = "not_reserved"  # the case has, or had then, not reserved the resource
