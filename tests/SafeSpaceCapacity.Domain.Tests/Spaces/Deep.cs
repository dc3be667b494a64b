using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text;

namespace SafeSpaceCapacity.Domain.Tests.Spaces;

/// <summary>
/// Everything in a record, to compare: immutable arrays are equal only if they are the same array. Reads the properties, so that one that is
/// added later is compared too.
/// </summary>
internal static class Deep
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    public static string Tell(object? value)
    {
        var text = new StringBuilder();
        Tell(text, value, "\n");
        return text.ToString();
    }

    private static void Tell(StringBuilder text, object? value, string newLine)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string or IFormattable or bool:
                text.Append(value);
                break;
            case IEnumerable items:
                text.Append('[');
                foreach (var item in items)
                {
                    text.Append(newLine).Append("- ");
                    Tell(text, item, newLine + "  ");
                }

                text.Append(']');
                break;
            default:
                text.Append(value.GetType().Name);
                foreach (var property in PropertiesOf(value.GetType()))
                {
                    text.Append(newLine).Append(property.Name).Append(": ");
                    Tell(text, property.GetValue(value), newLine + "  ");
                }

                break;
        }
    }

    private static PropertyInfo[] PropertiesOf(Type type) => Properties.GetOrAdd(type, static known =>
        [.. known.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0)]);
}
