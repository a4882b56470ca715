-- At what hour do people ask, and at what hour do officials reply?
--
-- Hours of the country's clock. Only times that the page told to the minute or better
-- say anything of an hour.
SELECT hour, countIf(role = 'citizen') AS asked, countIf(role = 'official') AS replied
FROM
(
    SELECT toHour(published_lo, 'Asia/Almaty') AS hour, role
    FROM items_now
    WHERE precision IN ('second', 'minute') AND (role = 'citizen' AND need OR role = 'official' AND kind IN ('answer', 'comment'))
)
GROUP BY hour
ORDER BY hour
