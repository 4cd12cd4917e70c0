-- Vehicles of the last 13 months whose journal brought nothing for a quarter of an hour, the longest silent first, and where
-- each was then. A parked vehicle is silent too.
SELECT vehicle, max(journal.time) AS last_heard, round((toFloat64(now64(3)) - toFloat64(last_heard)) / 3600, 2) AS silent_hours,
    argMaxIf(network, journal.time, event = 'step') AS last_network, argMaxIf(bssid, journal.time, event = 'step') AS last_bssid,
    argMaxIf(event, journal.time, event IN ('reachable', 'not-reachable')) AS last_reach, argMaxIf(version, journal.time, version != '') AS last_version
FROM tikroam.journal
GROUP BY vehicle
HAVING last_heard < now() - INTERVAL 15 MINUTE
ORDER BY last_heard;
