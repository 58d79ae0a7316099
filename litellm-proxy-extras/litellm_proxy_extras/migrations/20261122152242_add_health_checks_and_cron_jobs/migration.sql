-- CreateEnum
CREATE TYPE "LiteLLM_JobStatus" AS ENUM ('waiting', 'running', 'failed');

-- AlterTable
ALTER TABLE "LiteLLM_Guardrail" ALTER COLUMN "enabled" SET DEFAULT false;

-- AlterTable
ALTER TABLE "LiteLLM_McpServer" DROP COLUMN "checked_at",
DROP COLUMN "healthy";

-- CreateTable
CREATE TABLE "LiteLLM_JwtMapping" (
    "id" TEXT NOT NULL,
    "issuer" TEXT NOT NULL DEFAULT '',
    "claim" TEXT NOT NULL,
    "claim_value" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LiteLLM_JwtMapping_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LiteLLM_CronJob" (
    "job_id" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "status" "LiteLLM_JobStatus" NOT NULL DEFAULT 'waiting',
    "lease_ends" TIMESTAMP(3) NOT NULL DEFAULT (now() + '00:05:00'::interval),
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "LiteLLM_CronJob_pkey" PRIMARY KEY ("job_id")
);

-- CreateTable
CREATE TABLE "LiteLLM_HealthCheck" (
    "id" BIGSERIAL NOT NULL,
    "model_name" TEXT NOT NULL,
    "model_id" TEXT,
    "healthy" BOOLEAN NOT NULL,
    "took_ms" DECIMAL(10,3),
    "error" TEXT,
    "details" JSONB,
    "checked_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LiteLLM_HealthCheck_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "LiteLLM_JwtMapping_token_key" ON "LiteLLM_JwtMapping"("token");

-- CreateIndex
CREATE UNIQUE INDEX "LiteLLM_JwtMapping_issuer_claim_claim_value_key" ON "LiteLLM_JwtMapping"("issuer", "claim", "claim_value");

-- CreateIndex
CREATE INDEX "LiteLLM_CronJob_status_lease_ends_idx" ON "LiteLLM_CronJob"("status", "lease_ends");

-- CreateIndex
CREATE INDEX "LiteLLM_HealthCheck_latest_idx" ON "LiteLLM_HealthCheck"("model_name", "checked_at" DESC);

-- CreateIndex
CREATE INDEX "LiteLLM_HealthCheck_healthy_idx" ON "LiteLLM_HealthCheck"("healthy");

-- AddForeignKey
ALTER TABLE "LiteLLM_JwtMapping" ADD CONSTRAINT "LiteLLM_JwtMapping_token_fkey" FOREIGN KEY ("token") REFERENCES "LiteLLM_VirtualKey"("token") ON DELETE CASCADE ON UPDATE CASCADE;

-- RenameIndex
ALTER INDEX "LiteLLM_Prompt_version_key" RENAME TO "LiteLLM_Prompt_id_and_version_key";
