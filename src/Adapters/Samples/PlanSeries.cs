using Padron.Domain.Numbering;

namespace Padron.Adapters.Samples;

/// <summary>Ten thousand numbers that share their first six digits, held by one carrier or divided between two.</summary>
/// <remarks>First ends in 0000. Split is where the second block begins, as an offset; <see cref="Size"/> when there is but one block.</remarks>
sealed record PlanSeries(SampleLada Lada, long First, int Split, LineType Before, LineType After)
{
    public const int Size = 10_000;

    public LineType LineAt(int offset) => offset < Split ? Before : After;
}
