namespace SafeSpaceCapacity.Domain.Travel;

/// <summary>How one travels.</summary>
public enum TravelMode
{
    /// <summary>By car or ambulance at ordinary speed: no allowance for blue lights.</summary>
    Driving = 1,

    /// <summary>On foot.</summary>
    Walking = 2,
}
