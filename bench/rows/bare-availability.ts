/**
 * Free time as one would write it by hand: opening hours less bookings, by multirange
 * subtraction. `$1` machines, `$2` opening hours of all of them, `$3` and `$4` the window.
 */
export const bareFreeTime = `
  SELECT m.id, (SELECT json_agg(json_build_array(lower(r), upper(r)) ORDER BY lower(r))
                  FROM unnest($2::tstzmultirange - coalesce(
                    (SELECT range_agg(b.occupied) FROM bookings b
                      WHERE b.machine_id = m.id AND b.occupied && tstzrange($3, $4)
                        AND b.state = ANY (ARRAY['requested'::text, 'confirmed'::text, 'checked_in'::text, 'completed'::text])),
                    '{}'::tstzmultirange)) AS r) AS free
    FROM unnest($1::uuid[]) AS m(id)`;
