-- Why the vehicles swapped in the last 30 days, and how dark that was. docs/journal.md and `tikroam report` have the reasons.
SELECT reason, count() AS swaps, countIf(NOT up) AS not_up, round(quantileExactIf(0.5)(ifNull(dark, 0), up), 3) AS median_dark_seconds,
    round(maxIf(ifNull(dark, 0), up), 3) AS longest_dark_seconds, uniqExact(vehicle) AS vehicles
FROM tikroam.swaps
WHERE time > now() - INTERVAL 30 DAY
GROUP BY reason
ORDER BY swaps DESC, reason;
