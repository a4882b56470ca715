-- Official pages, channels and sites of the registry
SELECT source_id, body_id, platform, url, zone, status, confidence, evidence
FROM sources_now
ORDER BY source_id
