-- The access points on which the fleet was dark longest in the last 30 days, with their names where agent.toml has them.
WITH
    named AS
    (
        SELECT ap.1 AS bssid, argMax(ap.2, time) AS name
        FROM tikroam.journal
        ARRAY JOIN arrayZip(mapKeys(aps), mapValues(aps)) AS ap
        GROUP BY bssid
    ),
    facts AS
    (
        SELECT bssid, network, vehicle, seconds AS dark, 0 AS swaps, 0 AS not_up, 0 AS minutes FROM tikroam.dark
        WHERE time > now() - INTERVAL 30 DAY
        UNION ALL
        SELECT bssid, network, vehicle, 0, 1, NOT up, 0 FROM tikroam.swaps
        WHERE time > now() - INTERVAL 30 DAY
        UNION ALL
        -- A step in full comes once a minute.
        SELECT bssid, network, vehicle, 0, 0, 0, 1 FROM tikroam.journal FINAL
        WHERE event = 'step' AND time > now() - INTERVAL 30 DAY
    )
SELECT facts.bssid AS bssid, any(named.name) AS name, anyLast(facts.network) AS network, round(sum(dark), 3) AS dark_seconds,
    sum(swaps) AS swaps_to, sum(not_up) AS swaps_not_up, sum(minutes) AS minutes_on_it, uniqExact(vehicle) AS vehicles
FROM facts
LEFT JOIN named USING (bssid)
WHERE facts.bssid != ''
GROUP BY bssid
ORDER BY dark_seconds DESC, bssid
LIMIT 50;
