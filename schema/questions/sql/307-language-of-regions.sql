-- Where do people write in Kazakh?
--
-- Share of Kazakh among needs with a language, by region.
SELECT b.region AS region, count() AS needs, round(countIf(e.language = 'kk') / needs, 3) AS kazakh
FROM exchanges_now AS e
JOIN bodies_now AS b ON b.body_id = e.body_id
WHERE b.region != '' AND e.language != ''
GROUP BY region
ORDER BY kazakh DESC, region
