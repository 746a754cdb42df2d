"""Reads the sentences with which the rules refuse a command from their code, each as a template.

A refusal is `raise Refused(CODE, detail)`, `return Refusal.CODE, detail`, or a call with `detail=`
of the one function that asks for another person (domain/case/stand_ins.py). What `detail` can be is
followed through the assignments and branches of its function and into the module's own functions;
every other part of it is a placeholder, `{}`. A sentence ends at "; ".
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[3]
_Env = dict[str, frozenset[str]]
_Functions = Mapping[str, ast.FunctionDef]
_HOLE = frozenset({"{}"})
_MOST, _DEEPEST = 48, 4


def sentences() -> dict[str, str]:
    """Return template of a sentence -> the first place that says it."""
    found = dict[str, str]()
    for path in sorted((ROOT / "domain").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
        start: _Env = {}
        for each in tree.body:
            _assign(each, start, functions, 0)
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for line, text in _Walk(functions).of(function.body, dict(start)):
                    for sentence in text.split("; "):
                        if any(letter.isalpha() for letter in sentence.replace("{}", "")):
                            found.setdefault(sentence, f"{path.relative_to(ROOT)}:{line}")
    return found


class _Walk:
    """Goes through the statements of a function, with what each name can be as a text."""

    def __init__(self, functions: _Functions) -> None:
        self._functions = functions

    def of(self, body: Sequence[ast.stmt], env: _Env) -> Iterator[tuple[int, str]]:
        yield from self._block(body, env)[1]

    def _block(
        self, body: Sequence[ast.stmt], env: _Env
    ) -> tuple[_Env | None, list[tuple[int, str]]]:
        """Return what holds after the block, None if it does not end; and what it refuses with."""
        said = list[tuple[int, str]]()
        for each in body:
            said += self._refusals(each, env)
            inner = [each.body, each.orelse] if isinstance(each, ast.If) else []
            if isinstance(each, ast.For | ast.While | ast.With):
                inner = [each.body, []]
            elif isinstance(each, ast.Match):
                inner = [*(case.body for case in each.cases), []]
            elif isinstance(each, ast.Try):
                inner = [each.body, *(handler.body for handler in each.handlers)]
            if inner:
                ends = [self._block(branch, dict(env)) for branch in inner]
                said += [row for _, rows in ends for row in rows]
                living = [after for after, _ in ends if after is not None]
                if not living:
                    return None, said
                env = _merged(living)
            elif isinstance(each, ast.Raise | ast.Return):
                return None, said
            else:
                _assign(each, env, self._functions, 0)
        return env, said

    def _refusals(self, statement: ast.stmt, env: _Env) -> Iterator[tuple[int, str]]:
        if isinstance(statement, ast.Raise) and isinstance(statement.exc, ast.Call):
            call = statement.exc
            if ast.unparse(call.func) == "Refused" and len(call.args) > 1:
                yield from self._said(call.args[1], env)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            call = statement.value
            if ast.unparse(call.func) == "by_another":
                [detail] = (each.value for each in call.keywords if each.arg == "detail")
                yield from self._said(detail, env)
        if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Tuple):
            said = statement.value.elts
            if len(said) > 1 and ast.unparse(said[0]).startswith("Refusal."):
                yield from self._said(said[1], env)

    def _said(self, detail: ast.expr, env: _Env) -> Iterator[tuple[int, str]]:
        for text in sorted(_texts(detail, env, self._functions, 0)):
            yield detail.lineno, text


def _merged(branches: Sequence[_Env]) -> _Env:
    names = {name for branch in branches for name in branch}
    return {
        name: frozenset[str]().union(*(b[name] for b in branches if name in b)) for name in names
    }


def _assign(each: ast.stmt, env: _Env, functions: _Functions, depth: int) -> None:
    if isinstance(each, ast.Assign) and len(each.targets) == 1:
        target, value = each.targets[0], each.value
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = [*zip(target.elts, value.elts, strict=False)]
        new = {
            name.id: _texts(text, env, functions, depth)
            for name, text in pairs
            if isinstance(name, ast.Name)
        }
        env.update(new)
    elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value:
        env[each.target.id] = _texts(each.value, env, functions, depth)
    elif isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Name):
        added = _texts(each.value, env, functions, depth)
        before = env.get(each.target.id, _HOLE)
        env[each.target.id] = frozenset(a + b for a in before for b in added)


def _texts(node: ast.expr, env: _Env, functions: _Functions, depth: int) -> frozenset[str]:
    """Return what an expression can be as a text, `{}` for what is not known."""
    if isinstance(node, ast.Constant):
        return frozenset({node.value}) if isinstance(node.value, str) else _HOLE
    if isinstance(node, ast.JoinedStr):
        return _joined(node, env, functions, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = (_texts(each, env, functions, depth) for each in (node.left, node.right))
        return frozenset(a + b for a in left for b in right)
    if isinstance(node, ast.IfExp):
        return _texts(node.body, env, functions, depth) | _texts(node.orelse, env, functions, depth)
    if isinstance(node, ast.Call):
        return _called(node.func, functions, depth)
    return env.get(node.id, _HOLE) if isinstance(node, ast.Name) else _HOLE


def _called(function: ast.expr, functions: _Functions, depth: int) -> frozenset[str]:
    """Return what a call gives: a text that is filled in, or what a function of the module says."""
    if isinstance(function, ast.Attribute) and function.attr == "format":
        return _texts(function.value, {}, functions, depth)
    called = functions.get(function.id) if isinstance(function, ast.Name) else None
    if called is None or depth >= _DEEPEST:
        return _HOLE
    return _returned(called, functions, depth + 1)


def _joined(node: ast.JoinedStr, env: _Env, functions: _Functions, depth: int) -> frozenset[str]:
    found = {""}
    for value in node.values:
        if isinstance(value, ast.FormattedValue):
            texts = _texts(value.value, env, functions, depth)
        else:
            texts = _texts(value, env, functions, depth)
        found = {a + b for a in found for b in texts}
        if len(found) > _MOST:
            raise AssertionError(f"too many texts: {ast.unparse(node)}")
    return frozenset(found)


def _returned(called: ast.FunctionDef, functions: _Functions, depth: int) -> frozenset[str]:
    if called.returns is None or ast.unparse(called.returns) != "str":
        return _HOLE
    found = set[str]()

    def walk(body: Sequence[ast.stmt], env: _Env) -> None:
        for each in body:
            if isinstance(each, ast.Return) and each.value is not None:
                found.update(_texts(each.value, env, functions, depth))
            elif isinstance(each, ast.If):
                walk(each.body, env)
                walk(each.orelse, env)
            else:
                _assign(each, env, functions, depth)

    walk(called.body, {})
    return frozenset(found) or _HOLE
