using System.Text.Json;
using Google.Protobuf;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>What changed from one message to another of its kind, field by field.</summary>
internal static class Differences
{
    private static readonly JsonFormatter Form = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    /// <summary>The fields whose values differ, by name; absent is empty. Lists are compared whole.</summary>
    public static IEnumerable<Difference> Between(IMessage? before, IMessage? after)
    {
        var was = Fields(before);
        var now = Fields(after);
        foreach (var field in was.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (old, young) = (was.GetValueOrDefault(field, string.Empty), now.GetValueOrDefault(field, string.Empty));
            if (!string.Equals(old, young, StringComparison.Ordinal))
                yield return new Difference { Field = field, Before = old, After = young };
        }
    }

    private static Dictionary<string, string> Fields(IMessage? message)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (message is null)
            return fields;
        using var json = JsonDocument.Parse(Form.Format(message));
        Add(json.RootElement, string.Empty);
        return fields;

        void Add(JsonElement at, string path)
        {
            foreach (var member in at.EnumerateObject())
            {
                var name = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                if (member.Value.ValueKind == JsonValueKind.Object)
                    Add(member.Value, name);
                else
                    fields.Add(name, member.Value.GetRawText());
            }
        }
    }
}
