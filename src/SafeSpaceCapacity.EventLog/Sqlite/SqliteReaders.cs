using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>The idle read connections of a log. A read runs on its caller's thread, so there are no more than threads that read.</summary>
internal sealed class SqliteReaders(LogFiles files) : IDisposable
{
    private readonly ConcurrentBag<SqliteReader> idle = [];
    private volatile bool disposed;

    public T Read<T>(Func<SqliteReader, T> read)
    {
        ObjectDisposedException.ThrowIf(disposed, typeof(SqliteEventLog));
        var reader = idle.TryTake(out var taken) ? taken : new SqliteReader(files);
        try
        {
            var result = read(reader);
            idle.Add(reader);
            if (disposed)
                Dispose();
            return result;
        }
        catch (Exception e)
        {
            reader.Dispose();
            if (e is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB })
                throw new LogCorruptException($"The log in {files.Directory} is damaged: {e.Message}", e);
            throw;
        }
    }

    public void Dispose()
    {
        disposed = true;
        while (idle.TryTake(out var reader))
            reader.Dispose();
    }
}
