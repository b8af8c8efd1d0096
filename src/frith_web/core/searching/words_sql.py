"""The functions of `words.py` in PostgreSQL's SQL, written out of the same tables."""

from __future__ import annotations

from collections.abc import Iterable

from frith_web.core.searching import words


def functions() -> list[str]:
    """Statements that put the functions in place, again and again without harm."""
    return [_fold(), _sound(), _terms()]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _kept(name: str, value: str) -> str:
    """A function of one value: kept ready by PL/pgSQL, where SQL would plan it anew in each row."""
    return (
        f"CREATE OR REPLACE FUNCTION {name} RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE "
        f"AS $frith$ BEGIN RETURN {value}; END $frith$"
    )


def _replaced(held: str, pairs: Iterable[tuple[str, str]]) -> str:
    for spelt, heard in pairs:
        held = f"replace({held}, {_quoted(spelt)}, {_quoted(heard)})"
    return held


def _translated(held: str, pairs: dict[str, str]) -> str:
    """Single characters in one go; those without a counterpart go, and so stand last."""
    kept = [(one, said) for one, said in pairs.items() if said]
    gone = [one for one, said in pairs.items() if not said]
    before = "".join([one for one, _ in kept] + gone)
    after = "".join(said for _, said in kept)
    return f"translate({held}, {_quoted(before)}, {_quoted(after)})"


def _fold() -> str:
    """Plain ASCII, which most text is, by a short table; the rest by the long one."""
    pairs = {one: said for one, said in words.table().items() if one != "\0"}
    single = {one: said for one, said in pairs.items() if len(said) < 2}
    several = [(one, said) for one, said in pairs.items() if len(said) > 1]
    plain = {one: said for one, said in single.items() if one.isascii()}
    text = f"left(said, {words.LONGEST_TEXT})"
    return _kept(
        "frith_fold(said text)",
        f"CASE WHEN octet_length(said) = length(said) THEN {_translated(text, plain)} "
        f"ELSE {_translated(_replaced(text, several), single)} END",
    )


def _sound() -> str:
    heard = _replaced("' ' || word || ' '", words.VOWELLED)
    bare = _replaced("heard", words.SILENT)
    least = words.SHORTEST_SOUND
    return (
        "CREATE OR REPLACE FUNCTION frith_sound(word text) RETURNS text LANGUAGE plpgsql IMMUTABLE "
        "PARALLEL SAFE AS $frith$ DECLARE heard text; bare text; BEGIN "
        f"IF length(word) < {least} OR word !~ '^[a-z]+$' THEN RETURN NULL; END IF; "
        f"heard := btrim({heard}); bare := btrim({bare}); "
        f"IF length(bare) >= {least} THEN RETURN bare; END IF; "
        "RETURN CASE WHEN length(heard) > 1 THEN heard END; END $frith$"
    )


def _terms() -> str:
    """`words.terms`, a loop in PL/pgSQL: its parts are planned once a session, not once a row."""
    cut, shortest = words.LONGEST_TERM, words.SHORTEST_CODE
    squeezed = f"left(translate(frith_fold({{}}), ' -', ''), {cut})"
    return f"""
CREATE OR REPLACE FUNCTION frith_terms(rules text, VARIADIC said text[]) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $frith$
DECLARE
  found text[] := '{{}}';
  how text; value text; chunk text; word text; code text;
BEGIN
  FOR field IN 1..coalesce(array_length(said, 1), 0) LOOP
    how := substr(rules, field, 1);
    value := said[field];
    IF value IS NULL OR value = '' THEN CONTINUE; END IF;
    IF how = 'd' THEN
      code := {squeezed.format("left(value, 10)")};
      IF code ~ '^([0-9]{{4}}){{1,2}}$|^[0-9]{{6}}$' THEN found := found || ('d' || code); END IF;
      CONTINUE;
    END IF;
    FOREACH chunk IN ARRAY string_to_array(frith_fold(value), ' ') LOOP
      IF strpos(chunk, '-') > 0 THEN
        chunk := chunk || '-' || replace(chunk, '-', '');
      END IF;
      FOREACH word IN ARRAY string_to_array(chunk, '-') LOOP
        IF word <> '' THEN
          word := left(word, {cut});
          found := found || ('w' || word);
          IF how = 'n' THEN found := found || ('s' || frith_sound(word)); END IF;
        END IF;
      END LOOP;
    END LOOP;
    IF how = 'n' THEN
      FOREACH chunk IN ARRAY string_to_array(left(value, {words.LONGEST_TEXT}), ';') LOOP
        word := {squeezed.format("chunk")};
        IF word <> '' THEN found := found || ('w' || word) || ('s' || frith_sound(word)); END IF;
      END LOOP;
    ELSIF how = 'c' THEN
      code := {squeezed.format("value")};
      FOREACH word IN ARRAY ARRAY[code, regexp_replace(code, {_quoted(words.TRUNK)}, '')] LOOP
        FOR at IN 1..greatest(length(word) - {shortest} + 1, 1) LOOP
          IF word <> '' THEN found := found || ('c' || substr(word, at)); END IF;
        END LOOP;
      END LOOP;
    END IF;
  END LOOP;
  RETURN array_to_tsvector(array_remove(found, NULL));
END $frith$"""
