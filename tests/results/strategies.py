"""Any value of a msgspec type, hypothesis' way."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect as shape

from checks.sentences import Sentence

_LEAVES: dict[type, st.SearchStrategy[Any]] = {
    shape.StrType: st.text(max_size=12),
    shape.BoolType: st.booleans(),
    shape.NoneType: st.none(),
    shape.IntType: st.integers(-(2**31), 2**31 - 1),
    shape.FloatType: st.floats(allow_nan=False, allow_infinity=False),
    # What JSON may hold there: values of settings.
    shape.AnyType: st.none() | st.booleans() | st.integers(0, 99) | st.text(max_size=12),
}


_NUMBERS = st.integers(-(2**31), 2**31 - 1) | st.floats(-1e6, 1e6)


def _sentences(within: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Of these values: a type that refers to itself has no end of its own."""
    values = st.dictionaries(st.text(max_size=12), within, max_size=2)
    return st.builds(Sentence, text=st.text(max_size=12), values=values, many=st.text(max_size=12))


_OWN: dict[type, st.SearchStrategy[Any]] = {
    Sentence: _sentences(_NUMBERS | st.text(max_size=12) | _sentences(_NUMBERS))
}


def values_of(kind: object) -> st.SearchStrategy[Any]:
    """Values of a type that msgspec can encode; collections have at most two items."""
    return _values(msgspec.inspect.type_info(kind))


def _values(info: shape.Type) -> st.SearchStrategy[Any]:
    found: st.SearchStrategy[Any]
    match info:
        case shape.StructType() if info.cls in _OWN:
            found = _OWN[info.cls]
        case shape.StructType():
            found = st.builds(info.cls, **{field.name: _values(field.type) for field in info.fields})
        case shape.UnionType():
            found = st.one_of([_values(kind) for kind in info.types])
        case shape.VarTupleType():
            found = st.lists(_values(info.item_type), max_size=2).map(tuple)
        case shape.TupleType():
            found = st.tuples(*(_values(kind) for kind in info.item_types))
        case shape.DictType():
            found = st.dictionaries(_values(info.key_type), _values(info.value_type), max_size=2)
        case shape.EnumType():
            found = st.sampled_from(list(info.cls))
        case _:
            found = _LEAVES[type(info)]
    return found
