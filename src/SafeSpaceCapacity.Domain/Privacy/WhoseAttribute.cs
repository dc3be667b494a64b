namespace SafeSpaceCapacity.Domain.Privacy;

/// <summary>Whose words a text carries. There is no value for the person in crisis: no text is about them.</summary>
public enum Words
{
    /// <summary>The space's: what its administrators state of it.</summary>
    Space = 1,

    /// <summary>The staff's.</summary>
    Staff = 2,

    /// <summary>The client's: a crew, a control room, a program that calls.</summary>
    Client = 3,

    /// <summary>The service's own.</summary>
    Service = 4,
}

/// <summary>Says whose words a text that is kept carries. A test finds every kept text that does not say so.</summary>
/// <param name="words">Whose.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WhoseAttribute(Words words) : Attribute
{
    /// <summary>Whose.</summary>
    public Words Words { get; } = words;
}
