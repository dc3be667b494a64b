using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NodaTime;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>Makes a value of any type of the domain in which nothing is at its default and no two numbers are alike.</summary>
internal sealed class Filler
{
    private int _next = 1;

    public object Make(Type type)
    {
        var number = _next++;
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Make(inner);
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().Last();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
        {
            var items = Array.CreateInstance(type.GetGenericArguments()[0], 2);
            items.SetValue(Make(items.GetType().GetElementType()!), 0);
            items.SetValue(Make(items.GetType().GetElementType()!), 1);
            return typeof(ImmutableArray).GetMethods().Single(method => method.Name == nameof(ImmutableArray.ToImmutableArray)
                    && method.GetParameters() is [{ ParameterType: { IsGenericType: true } from }] && from.GetGenericTypeDefinition() == typeof(IEnumerable<>))
                .MakeGenericMethod(items.GetType().GetElementType()!).Invoke(null, [items])!;
        }

        return type switch
        {
            _ when type == typeof(string) => "text " + number,
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => -number,
            _ when type == typeof(long) => long.MaxValue - number,
            _ when type == typeof(double) => number + 0.25,
            _ when type == typeof(decimal) => number + 0.5m,
            _ when type == typeof(Guid) => new Guid(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
            _ when type == typeof(Instant) => Instant.FromUnixTimeSeconds(1_700_000_000) + Duration.FromNanoseconds(number),
            _ when type == typeof(LocalTime) => LocalTime.FromSecondsSinceMidnight(number),
            _ when type == typeof(LocalDate) => new LocalDate(2026, 1, 1).PlusDays(number),
            _ => Record(type),
        };
    }

    private object Record(Type type)
    {
        var made = type.GetConstructors().Single();
        var value = made.Invoke([.. made.GetParameters().Select(parameter => Make(parameter.ParameterType))]);
        foreach (var member in type.GetProperties().Where(member => member.SetMethod is not null && made.GetParameters().All(parameter => parameter.Name != member.Name)))
            member.SetValue(value, Make(member.PropertyType));
        return value;
    }

    /// <summary>A value and all that is in it, as text: arrays compare by reference.</summary>
    public static string Whole(object? value)
    {
        switch (value)
        {
            case null:
                return "null";
            case string text:
                return $"\"{text}\"";
            case IEnumerable items:
                return $"[{string.Join(", ", items.Cast<object>().Select(Whole))}]";
        }

        var type = value.GetType();
        if (type.IsEnum || type.IsPrimitive || value is decimal or Guid || type.Namespace == typeof(Instant).Namespace)
            return string.Create(CultureInfo.InvariantCulture, $"{value}") + (value is Instant at ? at.ToUnixTimeTicks().ToString(CultureInfo.InvariantCulture) : "");
        var whole = new StringBuilder(type.Name).Append('(');
        foreach (var member in Settable(type))
            whole.Append(member.Name).Append('=').Append(Whole(member.GetValue(value))).Append(' ');
        return whole.Append(')').ToString();
    }

    private static IEnumerable<System.Reflection.PropertyInfo> Settable(Type type)
    {
        var taken = type.GetConstructors().Single().GetParameters().Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        return type.GetProperties().Where(member => member.SetMethod is not null || taken.Contains(member.Name));
    }
}
