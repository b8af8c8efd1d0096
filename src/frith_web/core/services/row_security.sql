-- The predicate of core/models/standing.py, for PostgreSQL's row-level security.
-- The reader is an account's number, set for each request and job; unset, it reads nothing.

CREATE OR REPLACE FUNCTION frith_reader() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT NULLIF(current_setting('frith.reader', true), '')::bigint
$$;

CREATE OR REPLACE FUNCTION frith_is_steward() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT COALESCE(current_setting('frith.steward', true), '') = 'on'
$$;

-- A token's reader brings only so much of its roles: lists in JSON, and unset all of it.
CREATE OR REPLACE FUNCTION frith_only(setting text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT NULLIF(current_setting(setting, true), '')::jsonb
$$;

CREATE OR REPLACE FUNCTION frith_today() RETURNS date LANGUAGE sql STABLE AS $$
  SELECT (now() AT TIME ZONE 'Europe/London')::date
$$;

-- In PL/pgSQL, which keeps the plan of its query for the session: making it costs ten times the asking.
CREATE OR REPLACE FUNCTION frith_visible_protections(wanted text) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
RETURN QUERY
  WITH reader AS (
    SELECT u.id, u.partner_id
    FROM core_user u
    JOIN core_partner own ON own.id = u.partner_id
      AND own.starts_on <= frith_today() AND (own.ends_on IS NULL OR own.ends_on >= frith_today())
    WHERE u.id = frith_reader() AND u.is_active
  ),
  granting AS (
    SELECT r.id,
           ARRAY(SELECT served FROM jsonb_array_elements_text(r.purposes) AS served
                 WHERE frith_only('frith.purposes') IS NULL
                    OR frith_only('frith.purposes') ? served) AS purposes,
           CASE r.ceiling WHEN 'OFFICIAL' THEN ARRAY['OFFICIAL']
                          WHEN 'OFFICIAL-SENSITIVE' THEN ARRAY['OFFICIAL', 'OFFICIAL-SENSITIVE']
                          ELSE ARRAY[]::text[] END AS markings
    FROM reader
    JOIN core_roleheld h ON h.user_id = reader.id
      AND h.starts_on <= frith_today() AND (h.ends_on IS NULL OR h.ends_on >= frith_today())
    JOIN core_role r ON r.id = h.role_id
    JOIN core_rolepermission p ON p.role_id = r.id AND p.permission = wanted
    WHERE frith_only('frith.permissions') IS NULL OR frith_only('frith.permissions') ? wanted
  ),
  signed AS (
    SELECT s.partner_id, s.agreement_id
    FROM core_signature s
    JOIN core_agreement a ON a.id = s.agreement_id
      AND a.starts_on <= frith_today() AND (a.ends_on IS NULL OR a.ends_on >= frith_today())
    WHERE s.starts_on <= frith_today() AND (s.ends_on IS NULL OR s.ends_on >= frith_today())
  )
  SELECT t.id
  FROM core_protection t, reader
  WHERE EXISTS (
      SELECT 1 FROM granting g
      WHERE t.marking = ANY (g.markings)
        AND (frith_only('frith.purposes') IS NULL OR cardinality(g.purposes) > 0)
        AND (t.owner_id = reader.partner_id
             OR EXISTS (
               SELECT 1 FROM core_protectionshare s
               WHERE s.protection_id = t.id AND s.partner_id = reader.partner_id
                 AND s.purpose = ANY (g.purposes)
                 AND EXISTS (SELECT 1 FROM signed x WHERE x.agreement_id = s.agreement_id
                             AND x.partner_id = reader.partner_id)
                 AND EXISTS (SELECT 1 FROM signed x WHERE x.agreement_id = s.agreement_id
                             AND x.partner_id = t.owner_id))))
    AND NOT EXISTS (
      SELECT 1 FROM core_protectioncompartment l
      WHERE l.protection_id = t.id
        AND NOT EXISTS (
          SELECT 1 FROM core_admission a
          JOIN core_compartment c ON c.id = a.compartment_id
            AND c.starts_on <= frith_today() AND (c.ends_on IS NULL OR c.ends_on >= frith_today())
          WHERE a.compartment_id = l.compartment_id AND a.user_id = reader.id
            AND a.starts_on <= frith_today() AND (a.ends_on IS NULL OR a.ends_on >= frith_today())))
    AND (NOT t.sealed
         OR EXISTS (SELECT 1 FROM core_protectionreader n
                    WHERE n.protection_id = t.id AND n.user_id = reader.id))
    AND (NOT t.restricted
         OR (EXISTS (SELECT 1 FROM core_vetting v
                     WHERE v.user_id = reader.id AND v.starts_on <= frith_today()
                       AND (v.ends_on IS NULL OR v.ends_on >= frith_today()))
             AND EXISTS (SELECT 1 FROM signed x WHERE x.partner_id = reader.partner_id)));
END
$$;
