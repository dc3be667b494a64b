using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Service.Region;

/// <summary>A fictional space, and how it behaves in a demonstration.</summary>
/// <param name="Details">What it says it is.</param>
/// <param name="TypicalOccupied">How many people are usually there.</param>
/// <param name="Forgetful">Its staff forget to confirm, so that it shows as unconfirmed.</param>
public sealed record DemoSpace(SpaceDetails Details, int TypicalOccupied, bool Forgetful);
