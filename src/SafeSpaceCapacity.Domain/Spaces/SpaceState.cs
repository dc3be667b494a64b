namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>What has happened at a space, as far as it still matters.</summary>
public sealed record SpaceState;
