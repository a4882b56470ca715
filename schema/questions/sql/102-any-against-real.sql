-- Where is a reply least often a real one?
--
-- Any reply against substantive ones, both within a week. A large gap is a body that
-- says that it has heard, and no more.
SELECT a.body_id AS body_id, a.needs AS needs, round(a.rate, 3) AS any_reply, round(s.rate, 3) AS substantive, round(a.rate - s.rate, 3) AS gap
FROM kaplan_meier(kind = 'any', days = 7) AS a
JOIN kaplan_meier(kind = 'substantive', days = 7) AS s ON s.body_id = a.body_id
ORDER BY gap DESC, body_id
