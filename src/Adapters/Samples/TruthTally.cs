using Padron.Domain.Numbering;

namespace Padron.Adapters.Samples;

/// <summary>Counts what the generator decided, row by row. It never reads a row back: that is the importer's business, which the counts are to judge.</summary>
sealed class TruthTally(Geography geography)
{
    readonly long[] dirt = new long[Enum.GetValues<Dirt>().Length];
    readonly long[] rejected = new long[Enum.GetValues<RejectionReason>().Length];
    readonly long[] importedByState = new long[geography.States.Length];
    readonly long[] verifiedByState = new long[geography.States.Length];
    readonly long[] verifiedByLada = new long[geography.Ladas.Length];
    long rows, duplicates, inferred, invalidated, verified, notMobile;

    public void Row() => rows++;

    public void Dirty(Dirt kind) => dirt[(int)kind]++;

    public void Rejected(RejectionReason reason) => rejected[(int)reason]++;

    public void Duplicate() => duplicates++;

    public void Imported(SampleNumber number, SampleState state, bool isValid, bool isInferred)
    {
        importedByState[state.Index]++;
        if (isInferred)
            inferred++;

        if (!isValid)
        {
            invalidated++;
        }
        else if (number.Line is LineType.Mobile)
        {
            verified++;
            verifiedByState[state.Index]++;
            verifiedByLada[number.Lada.Index]++;
        }
        else
        {
            notMobile++;
        }
    }

    public SampleTruth ToTruth(SampleOptions options) => new()
    {
        Seed = options.Seed,
        Rows = options.Rows,
        RowsRead = rows,
        Imported = verified + notMobile + invalidated,
        Verified = verified,
        NotMobile = notMobile,
        Invalidated = invalidated,
        Duplicates = duplicates,
        LadaInferred = inferred,
        Rejected = Enum.GetValues<RejectionReason>().ToDictionary(reason => reason, reason => rejected[(int)reason]),
        ImportedByState = geography.States.ToDictionary(state => state.Code, state => importedByState[state.Index]),
        VerifiedByState = geography.States.ToDictionary(state => state.Code, state => verifiedByState[state.Index]),
        VerifiedByLada = geography.Ladas.ToDictionary(lada => lada.Code, lada => verifiedByLada[lada.Index]),
        Dirt = Enum.GetValues<Dirt>().ToDictionary(kind => kind, kind => dirt[(int)kind]),
    };
}
