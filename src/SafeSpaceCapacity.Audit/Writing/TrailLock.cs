using SafeSpaceCapacity.Audit.Format;

namespace SafeSpaceCapacity.Audit.Writing;

/// <summary>Held by the one process that writes a node's trail. The operating system releases it when the process ends.</summary>
internal static class TrailLock
{
    /// <summary>Takes it.</summary>
    /// <exception cref="AuditInUseException">Another process has it.</exception>
    public static IDisposable Take(NodeFolder folder)
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
            return new FileStream(folder.Lock, options);
        }
        catch (IOException taken)
        {
            throw new AuditInUseException($"Another process writes the audit trail in {folder.Path}.", taken);
        }
    }
}
