using System.CommandLine;
using System.Text;
using Google.Protobuf;
using SafeSpaceCapacity.Cli.Access;

namespace SafeSpaceCapacity.Cli.Input;

/// <summary>Messages of the contract in files, as JSON (protobuf's JSON mapping): to read, and written so that a person can edit them.</summary>
internal static class MessageFile
{
    private static readonly JsonFormatter Form = new(JsonFormatter.Settings.Default.WithIndentation("  "));

    /// <summary>The option that names the file to read.</summary>
    public static Option<FileInfo> In(string description)
    {
        var file = new Option<FileInfo>("--file") { Description = $"{description} of the contract as JSON (protobuf's JSON mapping)", HelpName = "FILE.json", Required = true };
        file.AcceptExistingOnly();
        return file;
    }

    /// <summary>The option that names the file to write.</summary>
    public static Option<string?> Out(string description, bool required) => new("--out") { Description = description, HelpName = "FILE.json", Required = required };

    public static async Task<T> ReadAsync<T>(Session session, Option<FileInfo> option) where T : IMessage<T>, new()
    {
        var path = session.Get(option)!.FullName;
        try
        {
            return JsonParser.Default.Parse<T>(await File.ReadAllTextAsync(path, session.Stopped));
        }
        catch (Exception wrong) when (wrong is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new FailureException(Failure.BadInput($"{path} is not a {new T().Descriptor.Name} in JSON: {wrong.Message}"));
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw OwnerFile.Unusable(path, option.Name, unusable);
        }
    }

    public static string Json(IMessage message) => Form.Format(message);

    /// <summary>Writes a text whole or not at all, and says what to do with it.</summary>
    public static async Task WriteAsync(Session session, Option<string?> option, string json, string next)
    {
        var path = session.Get(option)!;
        await OwnerFile.WriteAsync(path, option.Name, session.Now.ToDateTimeOffset(), file => file.WriteAsync(Encoding.UTF8.GetBytes(json + "\n"), session.Stopped).AsTask());
        session.Terminal.Out.WriteLine(session.IsJson ? System.Text.Json.JsonSerializer.Serialize(new { file = path }) : $"{path} is written. {next}");
    }
}
