using SafeSpaceCapacity.Audit.Format;

namespace SafeSpaceCapacity.Audit.Writing;

/// <summary>
/// Held by the one process that writes a node's trail, or removes from trails. The operating system releases it when the process ends.
/// </summary>
internal static class TrailLock
{
    /// <summary>Takes it.</summary>
    /// <exception cref="AuditInUseException">Another process has it.</exception>
    public static IDisposable Take(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            UnixCreateMode = NodeFolder.FileMode,
        };
        try
        {
            return new FileStream(path, options);
        }
        catch (IOException taken) when (taken is not DirectoryNotFoundException)
        {
            throw new AuditInUseException($"Another process has {path}: it uses the same audit trail.", taken);
        }
    }
}
