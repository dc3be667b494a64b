using SafeSpaceCapacity.Audit.Reading;

namespace SafeSpaceCapacity.Audit;

/// <summary>Reads trails, also while they are written; checks nothing (<see cref="AuditVerifier"/> does).</summary>
public static class AuditReader
{
    /// <summary>The most entries of a page.</summary>
    public const int LimitMax = 10_000;

    private const long ScanBytesMax = 64L * 1024 * 1024;

    /// <summary>Reads entries, at most 64 MiB of files at once: a page may be short or empty although more follow.</summary>
    /// <param name="folder">The folder of all trails.</param>
    /// <param name="filter">What is asked for.</param>
    /// <param name="page">Null for the first page, else what the page before named.</param>
    /// <param name="limit">The most entries: 1 to <see cref="LimitMax"/>.</param>
    /// <exception cref="FormatException">The page is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is none.</exception>
    /// <exception cref="AuditDamagedException">A line can't be read.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static AuditPage Query(string folder, AuditFilter filter, string? page, int limit) => Query(folder, filter, page, limit, ScanBytesMax);

    internal static AuditPage Query(string folder, AuditFilter filter, string? page, int limit, long bytesMost)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LimitMax);
        using var scan = new TrailScan(folder, filter, page is null ? TrailPosition.Start : TrailPosition.Parse(page), bytesMost);
        var records = new List<AuditRecord>();
        while (records.Count < limit && scan.MoveNext())
            records.Add(scan.Current);
        return new AuditPage(records, scan.IsAtEnd ? null : scan.Position.ToToken());
    }
}
