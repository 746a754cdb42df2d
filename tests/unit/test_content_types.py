"""A content type is read as RFC 9110 has it, and a charset other than UTF-8 is refused by name."""

import pytest

from schemas.content_types import is_json, media_type_of


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("application/json", "application/json"),
        (" Application/JSON ", "application/json"),
        ("application/json;charset=UTF-8", "application/json"),
        ('application/json ; Charset="utf-8"', "application/json"),
        ("application/json; charset=utf8; profile=x", "application/json"),
        ("application/json; charset=us-ascii", "application/json"),
        ("application/json;", "application/json"),
        ("text/json; odata=verbose", "text/json"),
        ("application/vnd.sanban.v1+json", "application/vnd.sanban.v1+json"),
    ],
)
def test_the_media_type_is_what_stands_before_the_parameters(text: str, media_type: str) -> None:
    assert media_type_of(text) == media_type


@pytest.mark.parametrize(
    ("charset", "named"),
    [
        ("GBK", "the charset gbk"),
        ("gb18030", "the charset gb18030"),
        ("GB2312", "the charset gb2312"),
        ("big5", "the charset big5"),
        ("iso-8859-1", "the charset iso-8859-1"),
        ("latin1", "the charset latin1"),
        ("utf-16", "the charset utf-16"),
        ("utf-7", "the charset utf-7"),
        ('"gbk"', "the charset gbk"),
        ("13800000000", "a charset that is not UTF-8"),
        ("", "a charset that is not UTF-8"),
        ("utf-8; charset=gbk", "two charsets"),
        ("utf-8; charset=utf-8", "two charsets"),
    ],
)
def test_another_charset_is_refused_by_name(charset: str, named: str) -> None:
    with pytest.raises(ValueError, match=f"declares {named}; send UTF-8"):
        media_type_of(f"application/json; charset={charset}")


@pytest.mark.parametrize("text", ["", "json", "application/", "/json", "a b/c", "a/b c", "a/b\n"])
def test_what_is_no_content_type_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no content type"):
        media_type_of(text)


@pytest.mark.parametrize("kind", ["application/json", "text/json", "image/json", "a/b+json"])
def test_json_is_json_by_any_name(kind: str) -> None:
    assert is_json(kind)


@pytest.mark.parametrize("kind", ["text/plain", "application/jsonp", "application/x-json-seq"])
def test_other_media_types_are_not_json(kind: str) -> None:
    assert not is_json(kind)
