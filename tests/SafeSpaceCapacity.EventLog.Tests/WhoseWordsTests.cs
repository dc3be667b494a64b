using System.Reflection;
using SafeSpaceCapacity.Domain.Imports;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>Nothing that is kept has room for words about the person in crisis.</summary>
public sealed class WhoseWordsTests
{
    private static readonly Type[] Kept =
    [
        .. typeof(SpaceEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(SpaceEvent)) || type.IsSubclassOf(typeof(SpaceOutcome)) || type.IsSubclassOf(typeof(DirectoryEvent))),
        typeof(NewEvent), typeof(CommandRecord), typeof(RecordedEvent), typeof(KeptGazetteer),
    ];

    private static readonly List<PropertyInfo> Texts = [.. Find()];

    [Fact]
    public void Every_text_of_the_log_says_whose_words_it_carries() =>
        Assert.Empty(Texts.Where(text => text.GetCustomAttribute<WhoseAttribute>() is null).Select(Name));

    // Otherwise a walk that misses them would pass.
    [Theory]
    [InlineData("HoldPlaced.CallSign")]
    [InlineData("SpaceDetails.Description")]
    [InlineData("SpaceDetails.Languages")]
    [InlineData("OpeningHours.Zone")]
    [InlineData("Hold.CallSign")]
    [InlineData("RecordedEvent.Actor")]
    [InlineData("GazetteerImported.Sha256")]
    public void The_walk_reaches_what_is_kept_within(string text) => Assert.Contains(text, Texts.Select(Name));

    private static string Name(PropertyInfo text) => $"{text.DeclaringType!.Name}.{text.Name}";

    private static IEnumerable<PropertyInfo> Find()
    {
        var seen = new HashSet<Type>();
        var next = new Queue<Type>(Kept);
        while (next.TryDequeue(out var type))
        {
            if (!seen.Add(type))
                continue;
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                var holds = Within(property.PropertyType).ToList();
                if (holds.Exists(held => held == typeof(string) || held == typeof(char) || held == typeof(object)))
                    yield return property;
                foreach (var held in holds.Where(held => held.Assembly == typeof(SpaceEvent).Assembly && !held.IsEnum))
                    next.Enqueue(held);
            }
        }
    }

    /// <summary>A type and those of its items, however deep.</summary>
    private static IEnumerable<Type> Within(Type type)
    {
        yield return type;
        var items = type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments();
        foreach (var held in items.SelectMany(Within))
            yield return held;
    }
}
