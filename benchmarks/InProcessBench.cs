using System.Reflection;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Padron.Benchmarks.Calls;
using Padron.Benchmarks.Harness;

namespace Padron.Benchmarks;

/// <summary>Calls that touch no disk, by BenchmarkDotNet in this very process: time and bytes allocated for each.</summary>
/// <remarks>
/// A method's description is the work, and that of the baseline in its category, where there is one, stands beside it. Another class of calls is another
/// entry of <see cref="Classes"/>.
/// </remarks>
static class InProcessBench
{
    static readonly (string Area, Type Class)[] Classes =
    [
        ("parsing", typeof(MexicanNumberCalls)),
        ("international", typeof(InternationalNumberCalls)),
        ("classification", typeof(NumberingPlanCalls)),
        ("deciding", typeof(ContactCalls)),
    ];

    public static IEnumerable<string> Areas => Classes.Select(entry => entry.Area);

    public static void Run(Bench bench)
    {
        // Short and in process: no project is generated and built for each method, which would take minutes.
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogger(NullLogger.Instance)
            .WithArtifactsPath("out/benchmarkdotnet")
            .WithOptions(ConfigOptions.DisableLogFile);
        foreach (var (area, type) in Classes.Where(entry => bench.Measures(entry.Area)))
        {
            var summary = BenchmarkRunner.Run(type, config);
            if (summary.HasCriticalValidationErrors || summary.Reports.Any(report => report.ResultStatistics is null))
                throw new InvalidOperationException($"BenchmarkDotNet could not measure {type.Name}: {string.Join("; ", summary.ValidationErrors.Select(error => error.Message))}");
            foreach (var report in summary.Reports.Where(report => !report.BenchmarkCase.Descriptor.Baseline))
                bench.Add(ToFigure(area, report, summary.Reports));
        }
    }

    static Figure ToFigure(string area, BenchmarkReport report, IEnumerable<BenchmarkReport> all)
    {
        var method = report.BenchmarkCase.Descriptor;
        var (seconds, unit) = (Seconds(report), UnitOf(method.WorkloadMethod));
        var beside = all.Where(other => other.BenchmarkCase.Descriptor.Baseline && other.BenchmarkCase.Descriptor.Categories.Intersect(method.Categories).Any())
            .Select(other => new Comparison(
                Work(other), Rate(Seconds(other)), Seconds(other),
                new(Seconds(other).Median / seconds.Median, Seconds(other).Min / seconds.Max, Seconds(other).Max / seconds.Min, seconds.Rounds)));
        return new(area, Work(report), unit, Rate(seconds), seconds, [.. beside], report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase));
    }

    static string Work(BenchmarkReport report) => report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'');

    // The loop's own time is taken off, and of a few nanoseconds nothing may be left: a tenth of one is as little as can be told.
    static Spread Seconds(BenchmarkReport report)
    {
        var nanoseconds = report.ResultStatistics!;
        return new(Of(nanoseconds.Median), Of(nanoseconds.Min), Of(nanoseconds.Max), nanoseconds.N);

        static double Of(double measured) => Math.Max(measured, 0.1) / 1e9;
    }

    static Spread Rate(Spread seconds) => new(1 / seconds.Median, 1 / seconds.Max, 1 / seconds.Min, seconds.Rounds);

    static string UnitOf(MethodInfo method) => method.GetCustomAttribute<UnitAttribute>()?.Name ?? "calls";
}

/// <summary>What one operation is.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class UnitAttribute(string name) : Attribute
{
    public string Name => name;
}
