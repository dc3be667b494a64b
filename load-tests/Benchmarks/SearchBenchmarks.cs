using BenchmarkDotNet.Attributes;
using NodaTime;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Travel;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.LoadTests.Benchmarks;

/// <summary>A search in the domain, and putting one changed space into the index.</summary>
public class SearchBenchmarks
{
    private const int QuestionCount = 256;

    private readonly RegionData _region = RegionData.LoadDemo();
    private (TravelQuery Travel, SearchQuestion Question)[] _questions = [];
    private SpatialIndex<SpaceRecord> _index = SpatialIndex<SpaceRecord>.Empty;
    private SpaceRecord[] _records = [];
    private int _next;

    [Params(10_000, 100_000)]
    public int Spaces { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var now = Samples.Now;
        _records = [.. Samples.States(Spaces).Select(state => new SpaceRecord(state, now))];
        _index = SpatialIndex<SpaceRecord>.Build(_records);
        var random = new Random(3);
        _questions = new (TravelQuery, SearchQuestion)[QuestionCount];
        for (var i = 0; i < QuestionCount; i++)
        {
            var site = _records[random.Next(Spaces)].Details.Site;
            var asked = Needs.AgeAdult | (Needs)(1UL << random.Next(8, 20)) | (Needs)(1UL << random.Next(8, 20));
            _questions[i] = (_region.Travel.From(site, TravelMode.Driving, now), new SearchQuestion(site.Point, asked, now, now, 120, 5));
        }
    }

    [Benchmark]
    public SearchAnswer Search()
    {
        var (travel, question) = _questions[_next++ % QuestionCount];
        return SpaceSearch.Run(_index, travel, question);
    }

    [Benchmark]
    public SpatialIndex<SpaceRecord> ReplaceInIndex() => _index.With(_records[_next++ % Spaces]);

    [Benchmark]
    public SpaceRecord WorkOutRecord() => new(_records[_next++ % Spaces].State, Samples.Now);
}
