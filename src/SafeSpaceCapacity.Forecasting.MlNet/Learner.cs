using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;

namespace SafeSpaceCapacity.Forecasting.MlNet;

/// <summary>Learns expected multiples of exposures from examples. The same examples give the same numbers: one thread, one seed.</summary>
internal sealed class Learner
{
    private const int Seed = 20140101;

    private readonly Func<MLContext, IEstimator<ITransformer>> _trainer;

    private Learner(Func<MLContext, IEstimator<ITransformer>> trainer) => _trainer = trainer;

    /// <summary>Log-linear Poisson regression.</summary>
    public static Learner Poisson { get; } = new(ml => ml.Regression.Trainers.LbfgsPoissonRegression(new LbfgsPoissonRegressionTrainer.Options
    {
        ExampleWeightColumnName = nameof(Example.Exposure),
        L1Regularization = 0,
        L2Regularization = 20,
        NumberOfThreads = 1,
    }));

    /// <summary>Boosted trees under the Tweedie deviance of index 1, which is Poisson's: only that one is weighted right by an exposure.</summary>
    public static Learner FastTree { get; } = new(ml => ml.Regression.Trainers.FastTreeTweedie(new FastTreeTweedieTrainer.Options
    {
        ExampleWeightColumnName = nameof(Example.Exposure),
        Index = 1,
        LearningRate = 0.05,
        NumberOfTrees = 100,
        NumberOfLeaves = 8,
        MinimumExampleCountPerLeaf = 50,
        NumberOfThreads = 1,
        Seed = Seed,
    }));

    /// <summary>Learns.</summary>
    /// <param name="examples">All with as many features.</param>
    /// <returns>What it expects of other examples, at least 0, in their order.</returns>
    public Func<IReadOnlyList<Example>, float[]> Fit(IReadOnlyList<Example> examples)
    {
        var ml = new MLContext(Seed);
        var learnt = _trainer(ml).Fit(Load(ml, examples));
        return asked => [.. ml.Data.CreateEnumerable<Said>(learnt.Transform(Load(ml, asked)), reuseRowObject: false).Select(said => Math.Max(0, said.Score))];
    }

    private static IDataView Load(MLContext ml, IReadOnlyList<Example> examples)
    {
        var schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, examples[0].Features.Length);
        return ml.Data.LoadFromEnumerable(examples, schema);
    }
}
