namespace SafeSpaceCapacity.Audit.Format;

/// <summary>Small files that are there whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Replaces a file; it is on disk on return.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var partial = path + NodeFolder.Partial;
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = NodeFolder.FileMode,
        };
        using (var file = new FileStream(partial, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Reads a file; null where there is none. No file of a trail that is read whole is longer than a line.</summary>
    public static byte[]? Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[Math.Min(file.Length, Chain.LineMax + 1)];
            return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
