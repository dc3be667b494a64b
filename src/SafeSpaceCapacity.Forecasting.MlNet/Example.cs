using Microsoft.ML.Data;

namespace SafeSpaceCapacity.Forecasting.MlNet;

/// <summary>What is learnt from: one count of one area, with what was known some buckets before.</summary>
internal sealed class Example
{
    /// <summary>The count, as a multiple of <see cref="Exposure"/>.</summary>
    public float Label { get; set; }

    /// <summary>The count that the area's mean rate of the year before would bring; the weight of the example. So a Poisson deviance is that of the count itself.</summary>
    public float Exposure { get; set; }

    /// <summary>Calendar, lags, area and how far ahead.</summary>
    public float[] Features { get; set; } = [];

    /// <summary>Which series of the group.</summary>
    [NoColumn]
    public int Series { get; set; }

    /// <summary>The bucket of the count.</summary>
    [NoColumn]
    public int Bucket { get; set; }
}

/// <summary>What a learner says.</summary>
internal sealed class Said
{
    /// <summary>The expected multiple of the exposure.</summary>
    public float Score { get; set; }
}
