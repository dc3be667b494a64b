using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace SafeSpaceCapacity.Web.Accounts;

/// <summary>
/// The accounts on disk: one row each, a JSON document and how often it was written, in a SQLite file that only the service's user can
/// read. Safe to share between threads.
/// </summary>
internal sealed class AccountDatabase : IDisposable
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _connection;

    public AccountDatabase(string dataFolder)
    {
        var folder = FolderOf(dataFolder);
        var path = Path.Combine(folder, "accounts.db");
        // SQLite gives its other files the mode of this one.
        using (new FileStream(path, new FileStreamOptions { Mode = System.IO.FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = FileMode }))
            _connection = new SqliteConnectionStringBuilder { DataSource = path }.ToString();
        Write(
            """
            PRAGMA journal_mode = WAL;
            CREATE TABLE IF NOT EXISTS accounts (id TEXT PRIMARY KEY, version INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
            CREATE UNIQUE INDEX IF NOT EXISTS accounts_by_name ON accounts (document ->> 'normalizedName', ifnull(document ->> 'origin', ''));
            """);
    }

    /// <summary>The folder of everything about sign-in, made for the service's user alone.</summary>
    public static string FolderOf(string dataFolder, params string[] inner)
    {
        var folder = Path.Combine([dataFolder, "identity", .. inner]);
        Directory.CreateDirectory(folder, FolderMode);
        return folder;
    }

    public void Insert(Account account)
    {
        Write("INSERT INTO accounts VALUES (@id, 1, @document)", ("@id", account.Id), ("@document", Text(account)));
        account.Version = 1;
    }

    /// <summary>Writes it, unless somebody else has since it was read: then false.</summary>
    public bool Update(Account account)
    {
        var isWritten = Write(
            "UPDATE accounts SET version = version + 1, document = @document WHERE id = @id AND version = @version",
            ("@id", account.Id), ("@document", Text(account)), ("@version", account.Version)) == 1;
        if (isWritten)
            account.Version++;
        return isWritten;
    }

    public void Delete(Account account) => Write("DELETE FROM accounts WHERE id = @id", ("@id", account.Id));

    public Account? Find(string id) => Read("WHERE id = @id", ("@id", id)).FirstOrDefault();

    public Account? FindByName(string normalizedName, string? origin) =>
        Read("WHERE document ->> 'normalizedName' = @name AND ifnull(document ->> 'origin', '') = @origin", ("@name", normalizedName), ("@origin", origin ?? string.Empty))
            .FirstOrDefault();

    public Account? FindByPasskey(byte[] id) => Read(
        "WHERE EXISTS (SELECT 1 FROM json_each(document, '$.passkeys') AS passkey WHERE passkey.value ->> 'id' = @id)",
        ("@id", Convert.ToBase64String(id))).FirstOrDefault();

    public Account? FindByEnrolment(byte[] hash) => Read("WHERE document ->> 'enrolmentHash' = @hash", ("@hash", Convert.ToBase64String(hash))).FirstOrDefault();

    public IReadOnlyList<Account> All() => Read("ORDER BY document ->> 'normalizedName', id");

    public void Dispose()
    {
        using var connection = new SqliteConnection(_connection);
        SqliteConnection.ClearPool(connection);
    }

    private static string Text(Account account) => JsonSerializer.Serialize(account, AccountJson.Default.Account);

    private List<Account> Read(string which, params (string Name, object Value)[] values)
    {
        using var connection = Open();
        using var command = Command(connection, "SELECT document, version FROM accounts " + which, values);
        using var reader = command.ExecuteReader();
        var found = new List<Account>();
        while (reader.Read())
        {
            var account = JsonSerializer.Deserialize(reader.GetString(0), AccountJson.Default.Account)!;
            account.Version = reader.GetInt64(1);
            found.Add(account);
        }

        return found;
    }

    private int Write(string sql, params (string Name, object Value)[] values)
    {
        using var connection = Open();
        using var command = Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        return connection;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only fixed texts come here; what varies are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        return command;
    }
}
