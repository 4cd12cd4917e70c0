-- The fleet's tables in ClickHouse 23.8 or newer: clickhouse-client --multiquery < schema.sql
CREATE DATABASE IF NOT EXISTS tikroam;

-- The lines of all journals that stand for themselves: docs/journal.md. Vector may send a line twice, so equal ones become
-- one; the views below ask with FINAL.
CREATE TABLE IF NOT EXISTS tikroam.journal
(
    vehicle LowCardinality(String),
    time DateTime64(3, 'UTC'),
    at UInt64 COMMENT 'microseconds since the agent began',
    event LowCardinality(String),
    uplink LowCardinality(String) COMMENT 'where a swap led; what is active in a step',
    from_uplink LowCardinality(String),
    bssid LowCardinality(String),
    network LowCardinality(String),
    signal Nullable(Int16) COMMENT 'dBm',
    reason LowCardinality(String),
    calls Nullable(UInt16),
    router Nullable(Float64) COMMENT 'seconds',
    since Nullable(UInt64) COMMENT 'as at: since when the vehicle is dark',
    dark Nullable(Float64) COMMENT 'seconds; NULL where the tunnel did not come up',
    after Nullable(Float64) COMMENT 'seconds',
    received Nullable(UInt64) COMMENT 'bytes',
    sent Nullable(UInt64) COMMENT 'bytes',
    version LowCardinality(String),
    config LowCardinality(String),
    aps Map(String, String) COMMENT 'names of access points',
    line String COMMENT 'the line as JSON'
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (vehicle, time, at, event)
TTL toDateTime(time) + INTERVAL 13 MONTH;

CREATE TABLE IF NOT EXISTS tikroam.metrics
(
    vehicle LowCardinality(String),
    time DateTime64(3, 'UTC'),
    name LowCardinality(String),
    labels Map(LowCardinality(String), String),
    value Float64
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (vehicle, name, labels, time)
TTL toDateTime(time) + INTERVAL 3 MONTH;

-- Each swap that ended. The tunnel that is turned off and on where it is is no swap.
CREATE OR REPLACE VIEW tikroam.swaps AS
SELECT vehicle, time, from_uplink, uplink, bssid, network, reason, calls, router, dark, dark IS NOT NULL AS up
FROM tikroam.journal FINAL
WHERE event = 'swapped' AND from_uplink != uplink;

-- When each vehicle was dark, and on which access point. A swap's dark and what the probe lost meanwhile are one. A vehicle
-- that is dark now is dark until it was heard of last.
CREATE OR REPLACE VIEW tikroam.dark AS
WITH
    edges AS
    (
        SELECT vehicle, time, at, event, bssid, network, since, after,
            leadInFrame(event) OVER following AS next_event
        FROM tikroam.journal FINAL
        WHERE event IN ('not-reachable', 'reachable', 'began')
        WINDOW following AS (PARTITION BY vehicle ORDER BY time, at ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
    ),
    heard AS
    (
        SELECT vehicle, max(time) AS last FROM tikroam.journal GROUP BY vehicle
    ),
    spells AS
    (
        SELECT vehicle, toFloat64(time) - ifNull(dark, (at - ifNull(since, at)) / 1e6) AS start, toFloat64(time) AS end, bssid,
            network
        FROM tikroam.journal FINAL
        WHERE event = 'swapped'
        UNION ALL
        SELECT vehicle, toFloat64(time) - after, toFloat64(time), bssid, network
        FROM edges
        WHERE event = 'reachable' AND after IS NOT NULL
        UNION ALL
        SELECT vehicle, toFloat64(time) - (at - since) / 1e6, toFloat64(last), bssid, network
        FROM edges
        JOIN heard USING (vehicle)
        WHERE event = 'not-reachable' AND next_event = ''
    ),
    parts AS
    (
        SELECT *, max(end) OVER (PARTITION BY vehicle ORDER BY start, end ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
            AS before
        FROM spells
        WHERE end > start
    ),
    numbered AS
    (
        SELECT *, sum(start > before) OVER (PARTITION BY vehicle ORDER BY start, end) AS number
        FROM parts
    )
SELECT vehicle, fromUnixTimestamp64Milli(toInt64(min(start) * 1000), 'UTC') AS time, max(end) - min(numbered.start) AS seconds,
    argMin(bssid, (start, end)) AS bssid, argMin(network, (start, end)) AS network
FROM numbered
GROUP BY vehicle, number;
