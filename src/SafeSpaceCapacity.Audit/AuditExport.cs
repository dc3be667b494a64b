using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SafeSpaceCapacity.Audit.Format;
using SafeSpaceCapacity.Audit.Reading;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Audit;

/// <summary>What an export says, and whether it is what was exported.</summary>
/// <param name="Count">How many entries it holds.</param>
/// <param name="At">When it was made; null where it can't be read.</param>
/// <param name="Filter">What was asked for; null where it can't be read.</param>
/// <param name="Problem">What is wrong, in plain words; null where it is genuine to the last byte.</param>
public sealed record AuditExportReport(long Count, DateTimeOffset? At, AuditFilter? Filter, string? Problem)
{
    /// <summary>Whether it is what was exported.</summary>
    public bool IsGenuine => Problem is null;
}

/// <summary>
/// A file of entries that proves itself anywhere: JSON Lines, each the line of a trail with its node in front, so that without the node it is
/// byte for byte what the trail holds; and a last line with the count, the filter, SHA-256 of all bytes before, and an ES256 signature.
/// </summary>
public static class AuditExport
{
    private static ReadOnlySpan<byte> BeforeNode => "{\"node\":\""u8;

    private static ReadOnlySpan<byte> AfterNode => "\","u8;

    /// <summary>Writes an export, in constant memory.</summary>
    /// <param name="output">Takes it; stays open.</param>
    /// <param name="folder">The folder of all trails.</param>
    /// <param name="filter">What is asked for.</param>
    /// <param name="keys">What signs.</param>
    /// <param name="time">The machine's clock.</param>
    /// <param name="cancellationToken">Stops it between two entries.</param>
    /// <returns>How many entries it holds.</returns>
    /// <exception cref="OperationCanceledException">It was stopped; what was written has no last line.</exception>
    /// <exception cref="AuditDamagedException">A line of a trail can't be read; what was written has no last line.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static long Write(Stream output, string folder, AuditFilter filter, SigningKeys keys, TimeProvider time, CancellationToken cancellationToken = default)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var scan = new TrailScan(folder, filter, TrailPosition.Start);
        var count = 0L;
        for (; scan.MoveNext(); count++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(BeforeNode);
            Add(Encoding.UTF8.GetBytes(scan.Current.Node));
            Add(AfterNode);
            Add(scan.Line[1..]);
            Add("\n"u8);
        }

        var end = new ExportEnd(ExportEnd.Version, time.GetUtcNow(), count, filter, Chain.Text(sha.GetHashAndReset()));
        output.Write(Seal.WriteLine(end, keys));
        return count;

        void Add(ReadOnlySpan<byte> bytes)
        {
            output.Write(bytes);
            sha.AppendData(bytes);
        }
    }

    /// <summary>Checks an export to the last byte, in constant memory.</summary>
    /// <param name="input">The export; is closed.</param>
    /// <param name="keys">The keys that signed it.</param>
    public static AuditExportReport Verify(Stream input, AuditKeys keys)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var lines = new LineReader(input);
        byte[] last = [];
        var count = 0L;
        try
        {
            // Which line is the last is known when there is no other.
            for (; lines.Read(); last = lines.WholeLine.ToArray())
            {
                sha.AppendData(last);
                count = lines.Number - 1;
            }

            return lines.TornBytes > 0
                ? new AuditExportReport(count, null, null, "it ends inside a line: it was cut off, or something was added")
                : Judge(last, count, Chain.Text(sha.GetHashAndReset()), keys);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidDataException)
        {
            return new AuditExportReport(count, null, null, $"its last line is not what an export ends with: {unreadable.Message}");
        }
    }

    private static AuditExportReport Judge(ReadOnlySpan<byte> last, long count, string sha, AuditKeys keys)
    {
        var end = Seal.ReadGenuine<ExportEnd>(last, keys);
        var problem = end.Export != ExportEnd.Version ? $"its format is {end.Export}, which is not known"
            : (end.Sha256, end.Count) != (sha, count) ? "its entries are not those that were exported"
            : null;
        return new AuditExportReport(count, end.At, end.Filter, problem);
    }
}
