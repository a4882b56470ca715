-- State bodies of the registry
SELECT body_id, country, level, type, name_kk, name_ru, name_en, region, valid_from, valid_to
FROM bodies_now
ORDER BY body_id
