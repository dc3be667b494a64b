using System.Security.Cryptography;
using System.Text;

namespace SafeSpaceCapacity.Audit.Format;

/// <summary>
/// How lines hang together. A line is <c>BODY,"hash":"HASH"}</c> and a line feed. HASH is SHA-256, as 64 small hexadecimal digits, over
/// the 32 bytes of the hash of the line before (zeros before the first line of all) and then the bytes of BODY, exactly as they stand
/// in the file. Everything after BODY has only one form, so every byte of a line counts.
/// </summary>
internal sealed class Chain : IDisposable
{
    public const int HashBytes = 32;

    /// <summary>The most bytes of a line that a reader takes; a writer stays far below.</summary>
    public const int LineMax = 64 * 1024;

    private const int HashLetters = 2 * HashBytes;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private static ReadOnlySpan<byte> BeforeHash => ",\"hash\":\""u8;

    private static ReadOnlySpan<byte> AfterHash => "\"}"u8;

    /// <summary>How many bytes <see cref="Finish"/> writes.</summary>
    public static int EndBytes => BeforeHash.Length + HashLetters + AfterHash.Length + 1;

    /// <summary>A hash as it stands in a line.</summary>
    public static string Text(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash);

    /// <summary>Reads a hash; false where it is not in its one form.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<byte> hash)
    {
        if (text.Length != HashLetters || text.ContainsAnyInRange((byte)'A', (byte)'F'))
            return false;
        Span<char> letters = stackalloc char[HashLetters];
        return Encoding.UTF8.TryGetChars(text, letters, out var count)
            && count == HashLetters
            && Convert.FromHexString(letters, hash, out _, out var written) == System.Buffers.OperationStatus.Done
            && written == HashBytes;
    }

    /// <summary>Takes a line, without its line feed, apart; false where it does not end as a line does.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> body, Span<byte> hash)
    {
        body = default;
        var length = line.Length - (EndBytes - 1);
        if (length <= 0)
            return false;
        var end = line[length..];
        body = line[..length];
        return end.StartsWith(BeforeHash) && end.EndsWith(AfterHash) && TryParse(end.Slice(BeforeHash.Length, HashLetters), hash);
    }

    /// <summary>The hash of a line.</summary>
    /// <param name="previous">The hash of the line before.</param>
    /// <param name="body">Its body.</param>
    /// <param name="hash">Takes the hash; may be <paramref name="previous"/>.</param>
    public void Hash(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> body, Span<byte> hash)
    {
        _hash.AppendData(previous);
        _hash.AppendData(body);
        _hash.GetHashAndReset(hash);
    }

    /// <summary>Writes what follows a body.</summary>
    /// <param name="hash">The hash of the line.</param>
    /// <param name="end">Takes <see cref="EndBytes"/>.</param>
    public static void Finish(ReadOnlySpan<byte> hash, Span<byte> end)
    {
        BeforeHash.CopyTo(end);
        Convert.TryToHexStringLower(hash, end[BeforeHash.Length..], out _);
        AfterHash.CopyTo(end[(BeforeHash.Length + HashLetters)..]);
        end[EndBytes - 1] = (byte)'\n';
    }

    public void Dispose() => _hash.Dispose();
}
