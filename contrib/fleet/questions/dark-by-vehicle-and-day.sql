-- How long each vehicle was dark each day (UTC) of the last 30 days, and in how many minutes its agent drove.
WITH
    pieces AS
    (
        -- A dark spell over midnight belongs to both days.
        SELECT vehicle, toDate(time) + number AS day,
            least(toFloat64(time) + seconds, toUnixTimestamp(toDateTime(day + 1, 'UTC')))
                - greatest(toFloat64(time), toUnixTimestamp(toDateTime(day, 'UTC'))) AS dark
        FROM tikroam.dark
        ARRAY JOIN range(toUInt32(dateDiff('day', time, addMilliseconds(time, toInt64(seconds * 1000)))) + 1) AS number
    ),
    dark_days AS
    (
        SELECT vehicle, day, sum(dark) AS dark_s, max(dark) AS longest_s, count() AS spells FROM pieces GROUP BY vehicle, day
    ),
    days AS
    (
        SELECT vehicle, toDate(time) AS day, uniqExactIf(toStartOfMinute(time), event = 'step') AS driven_minutes
        FROM tikroam.journal
        GROUP BY vehicle, day
    )
SELECT vehicle, day, round(dark_s, 3) AS dark_seconds, round(longest_s, 3) AS longest_seconds, spells, driven_minutes
FROM days
LEFT JOIN dark_days USING (vehicle, day)
WHERE day > today() - 30
ORDER BY day DESC, dark_seconds DESC, vehicle;
