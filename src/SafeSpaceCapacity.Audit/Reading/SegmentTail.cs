using System.Text.Json;
using SafeSpaceCapacity.Audit.Format;

namespace SafeSpaceCapacity.Audit.Reading;

/// <summary>Reads how a segment ends without reading it.</summary>
internal static class SegmentTail
{
    private const int Most = 4096;

    /// <summary>The line that closes a segment; null where it has none, is not closed yet, or is gone.</summary>
    public static AnchorLine? ReadClosing(string path)
    {
        Span<byte> bytes = stackalloc byte[Most];
        int length;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            file.Position = Math.Max(0, file.Length - Most);
            length = file.ReadAtLeast(bytes, Most, throwOnEndOfStream: false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        bytes = bytes[..length];
        if (length == 0 || bytes[^1] != '\n')
            return null;
        var line = bytes[..^1];
        line = line[(line.LastIndexOf((byte)'\n') + 1)..];
        Span<byte> hash = stackalloc byte[Chain.HashBytes];
        if (!line.StartsWith(AnchorLine.Start) || !Chain.TrySplit(line, out var body, hash))
            return null;
        try
        {
            return Seal.Read<AnchorLine>(body) is { Closing: true } closing ? closing : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
