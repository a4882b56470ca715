-- How much of each source was seen on each day
-- outcomes: Visits by outcome, as outcome=number, in the order of their names
SELECT source_id, day, visits, complete, threads, declared, parsed, share,
    arrayStringConcat(arrayMap(o -> concat(o.1, '=', toString(o.2)), arraySort(arrayZip(mapKeys(outcomes), mapValues(outcomes)))), ' ') AS outcomes, bytes
FROM coverage
ORDER BY source_id, day
