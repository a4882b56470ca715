-- What becomes of proposals on the portal of draft laws?
--
-- The portal's own verdict on each proposal, for those that have one.
SELECT outcome, count() AS proposals
FROM items_now
WHERE outcome != ''
GROUP BY outcome
ORDER BY proposals DESC
