using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Cli.Access;

/// <summary>Files that nobody but their owner may use: tokens, keys, what everybody did.</summary>
internal static class OwnerFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads a file that others can't.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that names it.</param>
    public static string Read(string path, string option)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (SecretFile.OthersMay(file.SafeFileHandle) != UnixFileMode.None)
                throw new FailureException(Failure.BadInput($"{option} {path}: others than its owner can use this file.", $"Set its mode: chmod 600 {path}"));
            using var text = new StreamReader(file);
            return text.ReadToEnd();
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, option, unusable);
        }
    }

    /// <summary>Writes a file that others can't read, whole or not at all; one of that name is replaced, whatever its mode.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that names it.</param>
    /// <param name="now">Names the part that is not whole yet.</param>
    /// <param name="write">Writes it.</param>
    public static async Task WriteAsync(string path, string option, DateTimeOffset now, Func<Stream, Task> write)
    {
        var partial = $"{path}.{Guid.CreateVersion7(now):N}.partial";
        try
        {
            await using (var file = new FileStream(
                partial, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = Owner }))
            {
                await write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, option, unusable);
        }
        finally
        {
            if (File.Exists(partial))
                File.Delete(partial);
        }
    }

    /// <summary>What a file that can't be used ends the run with.</summary>
    public static FailureException Unusable(string path, string option, Exception why) =>
        new(Failure.BadInput($"{option} {path} can't be used: {why.Message}"));
}
