"""`sanban policy check` looks at the geometry of grids: overlaps, gaps, borders that cross."""

from dataclasses import replace
from pathlib import Path

from typer.testing import CliRunner

from domain.policy.model import Grid, Policy
from domain.policy.shapes import shape_of
from packs import pack_of
from runtime.cli.commands.policy.packs import app
from runtime.jobs import topology
from runtime.problems import Problem
from store.packs.loader import load_pack
from tests.fakes.packs import HOLIDAYS
from tests.unit.test_pack_shapes import Position, square


def checked(directory: Path) -> tuple[int, str, str]:
    answer = CliRunner().invoke(app, ["check", str(directory)])
    problem = str(answer.exception) if isinstance(answer.exception, Problem) else ""
    return answer.exit_code, answer.output, problem


def shaped(**rings: list[list[Position]]) -> Policy:
    town = load_pack(pack_of("youchegang"), {"china": lambda _: HOLIDAYS["moon"](())})
    shapes = tuple(
        shape_of(
            grid,
            (
                tuple(
                    tuple((round(x * 1e6), round(y * 1e6)) for x, y in ring[:-1]) for ring in found
                ),
            ),
        )
        for grid, found in rings.items()
    )
    grids = tuple(Grid(grid, "网格", "Grid", "platform") for grid in rings)
    return replace(town, grids=grids, shapes=shapes)


def test_neighbours_overlap_in_no_place(tmp_path: Path) -> None:
    assert topology.problems(shaped(A=square(120, 30), B=square(120.01, 30))) == []
    [problem] = topology.problems(shaped(A=square(120, 30), B=square(120.009, 30)))
    where = "around 120.009500, 30.005000; move their border"
    assert problem == f"grids.geojson: grids A and B overlap by 0.11 km² {where}"


def test_a_sliver_between_two_drawings_of_one_border_is_no_overlap() -> None:
    assert topology.problems(shaped(A=square(120, 30), B=square(120.01 - 1e-5, 30))) == []
    assert topology.problems(shaped(A=square(120, 30), B=square(120.01 - 1e-4, 30))) != []


def test_a_border_that_crosses_itself_is_named() -> None:
    bow = [(120.0, 30.0), (120.01, 30.01), (120.01, 30.0), (120.0, 30.01), (120.0, 30.0)]

    assert topology.problems(shaped(A=[bow], B=square(120, 30))) == [
        "grids.geojson: grid A: self-intersection at 120.005000, 30.005000; draw its border again"
    ]


def test_a_gap_is_a_remark() -> None:
    hole = square(120.002, 30.002, 0.002)[0]
    policy = shaped(A=[square(120, 30)[0], hole])

    assert topology.problems(policy) == []
    assert topology.gaps(policy) == [
        "grids.geojson: no grid has 42926 m² around 120.003000, 30.003000"
    ]


def test_former_grids_overlap_with_their_successors() -> None:
    policy = shaped(A=square(120, 30), B=square(120, 30))
    gone = replace(policy.grids[0], successors=("B",))

    assert topology.problems(replace(policy, grids=(gone, policy.grids[1]))) == []


def test_the_shipped_town_has_no_overlap_and_no_gap() -> None:
    answer = CliRunner().invoke(app, ["check", str(pack_of("youchegang"))])

    assert answer.exit_code == 0
    assert "grids.geojson" not in answer.output


def test_a_pack_with_an_overlap_is_refused_by_the_command(tmp_path: Path) -> None:
    shipped = pack_of("youchegang")
    for path in shipped.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    shapes = (tmp_path / "grids.geojson").read_text()
    moved = shapes.replace("[120.7660, 30.8260]", "[120.7660, 30.8200]", 1)
    (tmp_path / "grids.geojson").write_text(moved)

    code, _, problem = checked(tmp_path)
    assert code == 1
    assert "grids.geojson: grids G01 and G07 overlap by" in problem
