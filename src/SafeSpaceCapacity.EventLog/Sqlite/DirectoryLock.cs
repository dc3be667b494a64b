namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>Held by the one process that has the data directory open. The operating system releases it when the process ends.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream stream;

    private DirectoryLock(FileStream stream) => this.stream = stream;

    public static DirectoryLock Take(LogFiles files)
    {
        try
        {
            return new DirectoryLock(new FileStream(files.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new LogInUseException(files.Directory, e);
        }
    }

    public void Dispose() => stream.Dispose();
}
