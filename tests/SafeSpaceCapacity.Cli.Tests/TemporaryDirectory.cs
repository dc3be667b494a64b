namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("safespace-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>A file of this text and mode.</summary>
    public string Write(string name, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        File.WriteAllText(this[name], text);
        File.SetUnixFileMode(this[name], mode);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
