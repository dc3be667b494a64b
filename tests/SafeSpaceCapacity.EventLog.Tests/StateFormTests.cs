using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>States as checkpoints keep them: all there is to a state, and nothing taken for one that is not.</summary>
public sealed class StateFormTests
{
    [Fact]
    public void Every_member_of_a_state_comes_back_as_it_was()
    {
        var state = (SpaceState)new Filler().Make(typeof(SpaceState));
        var again = SpaceCodec.DecodeState(SpaceCodec.StateSchema, SpaceCodec.EncodeState(state));
        Assert.NotNull(again);
        Assert.Equal(Whole(state), Whole(again));

        // The filler has left nothing at its default that could be forgotten unnoticed.
        Assert.DoesNotContain("null", Whole(state), StringComparison.Ordinal);
        Assert.Contains("LastAct", Whole(state), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_stays_away()
    {
        var again = SpaceCodec.DecodeState(SpaceCodec.StateSchema, SpaceCodec.EncodeState(SpaceState.None));
        Assert.Equal(Whole(SpaceState.None), Whole(again));
    }

    [Fact]
    public void A_state_that_ends_early_or_goes_on_or_is_of_another_schema_is_none()
    {
        var body = SpaceCodec.EncodeState((SpaceState)new Filler().Make(typeof(SpaceState)));
        Assert.Null(SpaceCodec.DecodeState(SpaceCodec.StateSchema + 1, body));
        Assert.Null(SpaceCodec.DecodeState(SpaceCodec.StateSchema, (byte[])[.. body, 0]));
        for (var length = 0; length < body.Length; length++)
            Assert.Null(SpaceCodec.DecodeState(SpaceCodec.StateSchema, body.AsSpan(0, length)));
    }

    [Fact]
    public void Another_layout_is_another_schema()
    {
        int[] layouts =
        [
            CompactForm<Plain>.Layout, CompactForm<Longer>.Layout, CompactForm<Renamed>.Layout, CompactForm<Retyped>.Layout, CompactForm<Outer>.Layout,
        ];
        Assert.Equal(layouts.Length, layouts.Distinct().Count());
        Assert.All(layouts, layout => Assert.True(layout >= 0));
    }

    [Fact]
    public void Times_before_1970_and_fractions_come_back()
    {
        Instant[] instants = [Instant.FromUtc(1965, 3, 4, 5, 6, 7) + Duration.FromNanoseconds(89), Instant.FromUnixTimeTicks(-1), Instant.FromUtc(2200, 1, 1, 0, 0)];
        foreach (var at in instants)
        {
            var state = SpaceState.None with { CountedAt = at };
            Assert.Equal(at, SpaceCodec.DecodeState(SpaceCodec.StateSchema, SpaceCodec.EncodeState(state))!.CountedAt);
        }
    }

    // A value and all that is in it, as text: arrays compare by reference.
    private static string Whole(object? value)
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

    private sealed record Plain(int One, string Two);

    private sealed record Longer(int One, string Two)
    {
        public bool Three { get; init; }
    }

    private sealed record Renamed(int One, string Other);

    private sealed record Retyped(long One, string Two);

    private sealed record Outer(Plain Inner);

    /// <summary>Makes a value of any type of the domain in which nothing is at its default and no two numbers are alike.</summary>
    private sealed class Filler
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
                _ when type == typeof(Guid) => EventLog.Tests.Make.Id(number),
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
    }
}
